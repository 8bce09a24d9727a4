"""`make acceptance`: every Must-show figure, expected beside actual; exit 1 on a difference."""

import subprocess
import sys

from tests.acceptance import maven, olist, zoho
from tests.acceptance.world import DATA, ROOT, Verdicts

GOLDEN = ["-q", "-m", "golden", "tests"]


def main() -> int:
    if not DATA.is_dir():
        sys.stderr.write(f"The data sets are not at {DATA}.\n")
        return 1
    verdicts = Verdicts()
    for data_set in (maven, olist, zoho):
        data_set.check(verdicts)
    golden = subprocess.run([sys.executable, "-m", "pytest", *GOLDEN], cwd=ROOT, check=False).returncode
    verdicts.equal("golden fixtures (pytest -m golden)", 0, golden)
    sys.stdout.write(f"\n{len(verdicts.rows)} figures, {len(verdicts.failures)} differ.\n")
    for failure in verdicts.failures:
        sys.stdout.write(f"  {failure}\n")
    return 1 if verdicts.failures else 0


if __name__ == "__main__":
    sys.exit(main())
