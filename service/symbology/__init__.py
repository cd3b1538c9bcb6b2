"""The product's colours and labels, from one file that every door reads."""

from service.symbology.tokens import Symbol, symbols, tokens

__all__ = ["Symbol", "symbols", "tokens"]
