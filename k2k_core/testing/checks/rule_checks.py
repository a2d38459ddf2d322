"""Checks of eligibility rules."""

from __future__ import annotations

from k2k_core.domain.sharing import RULE_FACTS, Denial, rule_fact
from k2k_core.hooks import EligibilityRule
from k2k_core.messages import Message
from k2k_core.runtime.answer_checks import checked_denials
from k2k_core.runtime.contribution_loading import LoadedContribution
from k2k_core.runtime.isolation import isolated_batch
from k2k_core.testing import sample_requests
from k2k_core.testing.checks.base import Call, ContractChecks, calls_of
from k2k_core.testing.checks.canaries import leaked_by_denial


class RuleChecks(ContractChecks):
    """Part of the contract."""

    def test_its_rules_answer_every_request(self) -> None:
        """A `Denial` or None; also for a lot with little data, and for every age."""
        for offer, _ in self._of_kind(EligibilityRule):
            for call in calls_of(offer):
                if self._denial(call) != self._denial(call):
                    problem = f"{offer.words} answers the same request differently"
                    raise self._fault(offer, problem, "Answer from the request alone")

    def test_its_rules_read_only_what_they_say(self) -> None:
        """Of lots that agree in what a rule reads, under the same terms, it denies all or none."""
        for offer, rule in self._of_kind(EligibilityRule):
            if rule.reads is not None:
                self._reads_only(offer, rule)

    def _reads_only(self, offer: LoadedContribution, rule: EligibilityRule) -> None:
        names = rule.reads or ()
        if unknown := sorted(set(names) - set(RULE_FACTS)):
            problem = f"{offer.words} reads {', '.join(unknown)}, which no request has"
            raise self._fault(offer, problem, f"Of these it may read: {', '.join(RULE_FACTS)}")
        verdicts: dict[tuple[object, ...], bool] = {}
        for request in isolated_batch(sample_requests.eligibility(rule.side, rule.inventory_types)):
            facts = [rule_fact(request, name) for name in names]
            kind = (request.lot.inventory_type, repr(request.share), repr(request.sale), *facts)
            denied = self._denial(Call(offer, rule.check, (request,))) is not None
            if verdicts.setdefault(kind, denied) != denied:
                problem = f"{offer.words} reads more than {', '.join(names)}"
                raise self._fault(offer, problem, "Name in reads= all that decides, or leave reads= out")

    def test_its_denials_say_why_and_whose_they_are(self) -> None:
        """A reason for people, with nothing that they may not see, under the rule's own code."""
        for offer, _ in self._of_kind(EligibilityRule):
            for call in calls_of(offer):
                denial = self._denial(call, strict=False)
                if denial is not None:
                    self._check_denial(offer, denial)

    def _check_denial(self, offer: LoadedContribution, denial: Denial) -> None:
        if not denial.reason:
            raise self._fault(offer, f"{offer.words} denies without a reason", "Say it in Denial(code, reason)")
        if denial.code != offer.name:
            problem = f"{offer.words} denies with the code {denial.code}, which is another rule's"
            raise self._fault(offer, problem, f"Deny with {offer.name}: the code is what programs and settings go by")
        self._check_filled(offer, denial.reason)
        for said in leaked_by_denial(denial.reason):
            problem = f"{offer.words} says {said} in a reason"
            raise self._fault(offer, problem, "Leave it out: reasons are read by people who may not see it")

    def _check_filled(self, offer: LoadedContribution, reason: str) -> None:
        """A template that was passed on as it is shows its braces to people."""
        if type(reason) is not Message and "{" in reason.replace("{odd}", ""):
            problem = f"{offer.words} gives a reason that nothing fills: {reason!r}"
            raise self._fault(offer, problem, "Write Message(template, name=value) of k2k_core.messages")

    def _denial(self, call: Call, *, strict: bool = True) -> Denial | None:
        return self._asked(call, lambda answer: checked_denials([answer], 1, strict=strict)[0])
