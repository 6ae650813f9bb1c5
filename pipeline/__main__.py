"""``python -m pipeline`` is the console script ``pipeline``."""

import sys
from typing import NoReturn

from pipeline import asked


def main() -> NoReturn:
    """Answer what was asked before and has not changed; all else is read by `pipeline.cli`."""
    try:
        code = asked.again(sys.argv[1:])
        if code is None:
            from pipeline.cli import main as read  # half a second, in which Ctrl-C may come
    except KeyboardInterrupt:
        from pipeline.cli import interrupted

        interrupted()
    if code is None:
        read()
    sys.exit(code)


if __name__ == "__main__":
    main()
