"""The figures that the product must show on real data: every command, what is expected, what came out (D37)."""
