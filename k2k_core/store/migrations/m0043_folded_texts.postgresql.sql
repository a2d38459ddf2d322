CREATE FUNCTION folded(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $folded$
    SELECT replace(replace(replace(replace(replace(
        translate(
            lower(regexp_replace(
                normalize(lower(normalize(words, NFKD)), NFKD),
                '[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u200c\u200d]', '', 'g'
            )),
            'øØłŁđĐħĦŧŦıðÐς', 'oollddhhttiddσ'
        ),
        'ß', 'ss'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
$folded$;
