"""Findings: what concerns a layer as a whole, gathered while its rows stream by."""

from spatial.intake.findings.ledger import Ledger, Sheet

__all__ = ["Ledger", "Sheet"]
