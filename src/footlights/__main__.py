"""``python -m footlights``: the same as the command ``footlights``."""

import sys

from .cli import main

sys.exit(main())
