"""The ledger (台账): cases as the workbook that townships keep and districts collect."""
