"""Fills a database within one process of the product: `python -m benchmarks.fill {deals|customers} [SIZES]`."""

import os
import sys
from importlib import import_module

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
    django.setup()
    # What it names stands on the models, which are there only now.
    import_module(f"benchmarks.{sys.argv[1]}").fill(*map(int, sys.argv[2:]))


if __name__ == "__main__":
    main()
