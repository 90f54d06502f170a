"""Takes out of notebooks what is not theirs to keep: outputs, counters and what an editor leaves behind.

    python notebooks/tidy.py

Cells and their ids stay as they are. A notebook that is tidy has one form, so a diff shows what somebody wrote.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""The same for all: which version of Python somebody had is no part of a notebook."""


def tidied(text: str) -> str:
    """Give a notebook (nbformat 4.5) back without outputs, in the form that Jupyter itself writes."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
        if isinstance(cell["source"], str):
            cell["source"] = cell["source"].splitlines(keepends=True)
    notebook |= {"metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> int:
    """Tidy every notebook of this folder, and name those that were not."""
    for path in sorted(HERE.glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        if (tidy := tidied(text)) != text:
            path.write_text(tidy, encoding="utf-8")
            sys.stderr.write(f"tidied {path.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
