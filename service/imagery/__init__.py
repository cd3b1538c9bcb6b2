"""What scenes show of cases: written when scenes arrive, read wherever a case is shown."""
