"""Type errors about jobs."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    job = k2k.submit("BLOOM", "verify")
    use(job["number"])  # error: TypedDict "Job" has no key "number"
    use(job["done"] + "1")  # error: Unsupported operand types for +
    use(job["of"] + 1)  # error: Unsupported operand types for +
    use(job["error"]["code"])  # error: Value of type "JobError | None" is not indexable
    k2k.submit("BLOOM", "load", content="x")  # error: Argument "content" to "submit" of "Jobs"
    use(k2k.jobs("BLOOM")["items"][0]["result"])  # error: TypedDict "ListedJob" has no key "result"
    use(k2k.job_result("BLOOM", "1").name)  # error: "JobResult" has no attribute "name"
