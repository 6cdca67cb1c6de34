"""The public API under `/api/v1`: what the page and schools' own front ends call."""
