# SPDX-License-Identifier: Apache-2.0
"""What the installer of packages says when it may not install: tools/install-packages without root and without sudo."""
import os
import shutil
import subprocess

import pytest
from rig import ROOT

NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
NEEDED = ["sh", "sed", "dpkg-query", "id", "dirname"]


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="this is no Debian")
def test_without_root_and_sudo(tmp_path):
    tools, path = tmp_path / "tools", tmp_path / "bin"
    tools.mkdir()
    path.mkdir()
    script = (ROOT / "tools/install-packages").read_text()
    (tools / "packages.txt").write_text("check: no-such-package-here\n")
    for name in NEEDED:
        (path / name).symlink_to(shutil.which(name))
    for folder in (tmp_path, *tmp_path.parents[:2]): # root's folders of tests are closed to others
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(0o755)
    before = NOBODY if os.geteuid() == 0 else []
    done = subprocess.run([*before, shutil.which("env"), f"PATH={path}", "sh", "-s", "check"], input=script, text=True,
                          capture_output=True, cwd=tools, check=False)
    assert done.returncode != 0
    assert "not root, and there is no sudo" in done.stderr
    assert "apt-get install --no-install-recommends no-such-package-here" in done.stderr
