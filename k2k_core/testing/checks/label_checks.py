"""Checks of labels: rendered, and read as a scanner and a printer read them."""

from __future__ import annotations

from k2k_core.domain.labels import LabelRequest
from k2k_core.hooks import LabelRenderer
from k2k_core.runtime.answer_checks import checked_bytes, checked_label
from k2k_core.runtime.contribution_loading import LoadedContribution
from k2k_core.runtime.isolation import isolated, isolated_batch
from k2k_core.testing import factories, sample_requests
from k2k_core.testing.checks import printed_labels
from k2k_core.testing.checks.base import Call, ContractChecks

LONG_CODE = "ANDES-000123"
COMMANDS = "^FS^XZ^XA^FO9,9^BCN,100^FD666^FS^JUS~JA^XZ"
"""What a name would have to contain to take over a label printer."""
PLACES = ("product", "pack", "lot", "recipient", "mark_code", "carrier", "awb", "order_number", "vendor_name")


class LabelChecks(ContractChecks):
    """Part of the contract."""

    def test_its_labels_can_be_rendered_whatever_the_texts(self) -> None:
        """One label each, and all on a sheet."""
        for offer, renderer in self._of_kind(LabelRenderer):
            requests = isolated_batch(sample_requests.labels(offer.types))
            for request in requests:
                self._label(offer, renderer, request)
            if renderer.sheet is not None:
                self._asked(Call(offer, renderer.sheet, (requests,)), checked_bytes)

    def test_its_labels_come_out_the_same_twice(self) -> None:
        """Rendering is deterministic: no clock, no random number."""
        for offer, renderer in self._of_kind(LabelRenderer):
            first, again = (self._label(offer, renderer, isolated(factories.label_request())) for _ in range(2))
            if first != again:
                problem = f"{offer.words} renders the same label differently"
                raise self._fault(offer, problem, "Draw from the request alone: no clock, no random number")

    def test_its_labels_can_be_scanned(self) -> None:
        """A scanner reads the code of the box, and no other, whatever the texts beside it are."""
        for offer, renderer in self._of_kind(LabelRenderer):
            for request in self._scanned_requests(offer):
                content = self._label(offer, renderer, request)
                if not printed_labels.can_be_read(renderer.media_type):
                    continue
                codes = printed_labels.codes_in(renderer.media_type, content)
                if codes != [request.box_code]:
                    read = f"a scanner reads {', '.join(codes)}" if codes else "a scanner reads nothing"
                    problem = f"{offer.words}: on the label of box {request.box_code} {read}"
                    raise self._fault(
                        offer,
                        problem,
                        "Draw one barcode of box_code with quiet zones, in dark bars of two dots at least",
                    )

    def test_its_labels_obey_no_text(self) -> None:
        """Text that looks like a printer's commands is printed and not carried out."""
        for offer, renderer in self._of_kind(LabelRenderer):
            for request in self._scanned_requests(offer):
                content = self._label(offer, renderer, request)
                for command in printed_labels.obeyed(renderer.media_type, content):
                    problem = f"{offer.words}: a text on the label becomes the command {command}"
                    raise self._fault(offer, problem, "Escape every text: ^FH_ and _5E for ^, _7E for ~, _5F for _")

    def _scanned_requests(self, offer: LoadedContribution) -> tuple[LabelRequest, ...]:
        kind = min(offer.types) if offer.types else "k2k"
        usual = factories.label_request(LONG_CODE, inventory_type=kind)
        hostile = factories.label_request("B1", inventory_type=kind, **dict.fromkeys(PLACES, COMMANDS))
        return isolated_batch([usual, hostile])

    def _label(self, offer: LoadedContribution, renderer: LabelRenderer, request: LabelRequest) -> bytes:
        call = Call(offer, renderer.render, (request,))
        return self._asked(call, lambda answer: checked_label(answer, request, renderer.media_type)).content
