"""The operator's page, typed line by line as root in a copy of this machine that is thrown away."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operate.md").read_text("utf-8")
_PROGRAMS = ("nginx", "systemd-analyze", "adduser", "openssl", "sqlite3")

# / below a file system in memory: what is written goes there, and is gone with the namespace.
_COPY = """
set -e
mount -t tmpfs tmpfs {folder}
mkdir {folder}/upper {folder}/work {folder}/root
mount -t overlay overlay -o lowerdir=/,upperdir={folder}/upper,workdir={folder}/work {folder}/root
mount --rbind /dev {folder}/root/dev
mount --rbind /proc {folder}/root/proc
cp -r {given}/. {folder}/root/root/
exec chroot {folder}/root sh -ex /root/lines.sh
"""


def lines() -> list[str]:
    """What the page says is to be typed."""
    return re.findall(r"^ {4}(\S.*)$", GUIDE, re.MULTILINE)


def test_both_languages_type_the_same() -> None:
    chinese = (ROOT / "docs" / "operate.zh-CN.md").read_text("utf-8")
    assert re.findall(r"^ {4}(\S.*)$", chinese, re.MULTILINE) == lines()


def _missing() -> str:
    if lacks := [name for name in _PROGRAMS if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") is None]:
        return f"needs {', '.join(lacks)}"
    probe = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return "no file system can be mounted here" if probe.returncode else ""


@pytest.mark.skipif(bool(reason := _missing()), reason=reason)
def test_the_page_can_be_typed_line_by_line(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(given)], cwd=ROOT, check=True,
        capture_output=True,
    )  # fmt: skip
    script = [
        "cd /root; export PATH=/root/stubs:$PATH PIP_NO_DEPS=1 PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1",
        # What only a machine that was booted, or the network, can do is written down instead.
        "mkdir stubs; for name in systemctl apt-get; do",
        "printf '#!/bin/sh\\necho \"$0 $*\" >> /root/stubbed\\n' > stubs/$name; chmod +x stubs/$name; done",
        "chmod a+x /root",  # Python itself may be in there.
        "rm -rf /opt/nianbao /usr/local/bin/nianbao /etc/nginx/sites-enabled/*",
    ]
    for line in lines():
        script.append(line)
        if "-m venv" in line:  # The libraries are those of this test.
            libraries = sysconfig.get_path("purelib")
            script.append(f"echo {libraries} > $(echo /opt/nianbao/lib/python3*/site-packages)/libraries.pth")
        if "nianbao doctor" in line and "demo.db" not in " ".join(script):
            script.append("NIANBAO_HOME=/root/demo nianbao demo && cp /root/demo/demo.db /var/lib/nianbao/nianbao.db")
            script.append("cp -r /root/demo/demo-archive /var/lib/nianbao/archive; chown -R nianbao: /var/lib/nianbao")
    script.append("sqlite3 /var/lib/nianbao-restored/nianbao.db 'select count(*) from reports'")
    script.append("systemd-analyze verify /etc/systemd/system/nianbao-serve.service")
    (given / "lines.sh").write_text("\n".join(script) + "\n")
    (tmp_path / "copy").mkdir()
    typed = subprocess.run(
        ["unshare", "-m", "sh", "-c", _COPY.format(folder=tmp_path / "copy", given=given)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert typed.returncode == 0, typed.stderr[-3000:]
    assert "5\n" in typed.stdout
