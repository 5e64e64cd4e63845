"""The files that belong to the project: what git tracks or would track, so no build output and no installed packages."""

import os
import pathlib
import subprocess

# Where git does not answer (a tarball, a checkout of another user), the folders that .gitignore names.
IGNORED_FOLDERS = {".git", "build", "node_modules", ".cache", "data", "dist", "screenshots"}


def project_files(root):
    """Absolute paths of regular files, sorted."""
    root = pathlib.Path(root)
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True
    )
    if listed.returncode == 0:
        found = {root / name.decode() for name in listed.stdout.split(b"\0") if name}
    else:
        found = set()
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name not in IGNORED_FOLDERS]
            found |= {pathlib.Path(folder) / name for name in names}
    return sorted(path for path in found if path.is_file() and not path.is_symlink())
