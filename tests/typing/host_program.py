"""A host program that uses every kind of answer correctly: mypy --strict finds nothing."""

from __future__ import annotations

from decimal import Decimal

from k2k_core import K2K
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.answers.price_lists import PriceListChange


def cheapest(k2k: K2K, customer: str) -> Decimal | None:
    """The lowest price that a customer has."""
    prices = [Decimal(row["price"]) for row in k2k.price("BLOOM", customer) if row["price"] is not None]
    return min(prices, default=None)


def why_hidden(k2k: K2K) -> list[str]:
    """What hides lots, in words."""
    hidden = k2k.hidden("BLOOM", "C-100")
    found = [f"{row['count']} {row['code']}: {row['reason']}" for row in hidden["by_reason"]]
    for lot in k2k.visible("BLOOM", "C-100"):
        found += [f"{lot['lot']} {one['reason']} ({one.get('setting', '')})" for one in lot["details"]]
    for shared in k2k.share("ANDES", "BLOOM"):
        found += shared["reasons"]
    return found


def order(k2k: K2K, line: str) -> str:
    """Buy a line of the catalog, and say when the boxes come."""
    page = k2k.catalog("BLOOM", "C-100", "2026-02-12")
    boxes = sum(row["available"] for row in page["lines"]) + page["total"]
    dates = k2k.ship_dates("BLOOM", "C-100", "ANDES")
    cart = k2k.add("BLOOM", "C-100", line=line, boxes=min(boxes, 2), ship_date=dates["first"])
    document = k2k.checkout("BLOOM", cart=cart["cart"])
    return f"{document['number']}: {document['total']} {document['currency']}, {cart['lines'][0]['boxes']} boxes"


def explained(document: Document) -> list[str]:
    """The steps that made the prices of a document."""
    return [step["step"] for line in document["lines"] for step in line.get("explanation") or ()]


def through_the_house(k2k: K2K, sales_order: str) -> int:
    """Confirm, print, ship and receive an order; how many boxes came."""
    done = k2k.confirm("ANDES", sales_order)
    labels = k2k.labels("ANDES", box_codes=done["box_codes"])
    failed = [label["error"]["message"] for label in labels if "error" in label]
    if done["awb"] is None or failed:
        return 0
    awb = k2k.ship("ANDES", done["awb"])
    outcomes = k2k.scan("BLOOM", awb["box_codes"])
    return sum(1 for one in outcomes if one["outcome"] == "received") + len(k2k.staging("BLOOM"))


def procure(k2k: K2K) -> str:
    """Send a purchase order to its vendor."""
    bought = k2k.purchase_order("BLOOM", "ANDES", [{"lot": "L1", "boxes": 2}])
    sent = k2k.transfer("BLOOM", bought["number"])
    return sent["vendor_document"] + k2k.accept_order("ANDES", sent["purchase_order"])["status"]


def set_up(k2k: K2K) -> list[str]:
    """Change something, and say what it does."""
    changed = k2k.set("BLOOM", settings={"k2k_gpm": 40})
    problems = [finding["problem"] for finding in changed.get("findings", [])]
    draft = k2k.what_if("BLOOM", [{"settings": {"k2k_gpm": 50}}])
    moves = [f"{move['lot']} {move['change_percent']}" for move in draft["largest"]]
    counted = k2k.put("BLOOM", "lots", [])["records"] + draft["moved"]
    return [*problems, *moves, str(counted), k2k.drop_draft("BLOOM", draft["draft"])["state"]]


def told(change: PriceListChange) -> str:
    """A change of an import in words; what it is about says which keys it has."""
    if change["what"] == "row":
        return f"{change['product']}: {change['after']['price'] if change['after'] else 'removed'}"
    if change["what"] == "season":
        return f"{change['season']} from {change['after']['start']}"
    return change["after"]["name"]


def files(k2k: K2K, content: bytes) -> list[str]:
    """Import files, and say what they change."""
    prices = k2k.import_price_lists("BLOOM", content, dry_run=True)
    stock = k2k.import_availability("ANDES", content, dry_run=True)
    words = [told(change) for change in prices["changes"]]
    return [*words, *(f"{lot['lot']}: {lot['after']['boxes'] + stock['counts']['added']}" for lot in stock["lots"])]


def partners(k2k: K2K) -> str:
    """What two companies know of each other."""
    connection = k2k.propose("ANDES", "BLOOM", by="BLOOM")
    missing = [point["requirement"] for point in k2k.readiness("ANDES", "BLOOM") if not point["warning"]]
    offer = k2k.map("BLOOM", "ANDES/L1", product="R-60")
    own = k2k.code_names("BLOOM", "ANDES")["box_types"].get(offer["box_type"], offer["box_type"])
    return f"{connection['history'][-1]['by']} {missing} {own} {offer['available'] + 1}"


def follow(k2k: K2K, after: int) -> int:
    """Read the feed; up to which place."""
    for event in k2k.events("BLOOM", after):
        after = max(after, event["seq"])
    late = k2k.delivery_health()["oldest_seconds"] > 900
    return after + len(k2k.deliveries()) if late else after


def people(k2k: K2K) -> list[str]:
    """Who may log in, and which plugins are ill."""
    ill = [f"{plugin['name']}: {plugin['next_step']}" for plugin in k2k.plugins() if plugin["problem"]]
    return [*ill, *(person["email"] for person in k2k.users("BLOOM") if person["active"])]
