"""List merged changes since a tag."""

import subprocess
import sys

since = sys.argv[1] if len(sys.argv) > 1 else "HEAD~20"
subprocess.run(["git", "log", "--merges", "--format=%s", f"{since}..HEAD"], check=True)
