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
mkdir {folder}/upper {folder}/work {folder}/whole
mount -t overlay overlay -o lowerdir=/,upperdir={folder}/upper,workdir={folder}/work {folder}/whole
mount --rbind /dev {folder}/whole/dev
mount --rbind /proc {folder}/whole/proc
for there in {there}; do
  test -e {folder}/whole$there || {{ mkdir -p {folder}/whole$there; mount --rbind $there {folder}/whole$there; }}
done
mkdir -p {folder}/whole/srv/given
cp -r {given}/. {folder}/whole/srv/given/
exec chroot {folder}/whole sh -ex /srv/given/lines.sh
"""


def lines() -> list[str]:
    """What the page says is to be typed."""
    return re.findall(r"^ {4}(\S.*)$", GUIDE, re.MULTILINE)


def test_both_languages_type_the_same() -> None:
    chinese = (ROOT / "docs" / "operate.zh-CN.md").read_text("utf-8")
    assert re.findall(r"^ {4}(\S.*)$", chinese, re.MULTILINE) == lines()


_LACKS = [name for name in _PROGRAMS if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") is None]


def typed(folder: Path, given: Path, script: list[str]) -> subprocess.CompletedProcess[str]:
    """What comes of a script in a copy of this machine, which has the files of ``given`` in /srv."""
    given.mkdir(exist_ok=True)
    (given / "lines.sh").write_text("\n".join(script) + "\n")
    folder.mkdir()
    there = f"{ROOT} {sys.prefix} {sys.base_prefix}"  # They may be on file systems of their own.
    commands = _COPY.format(folder=folder, given=given, there=there)
    return subprocess.run(["unshare", "-m", "sh", "-c", commands], capture_output=True, text=True, check=False)


@pytest.mark.skipif(bool(_LACKS), reason=f"needs {', '.join(_LACKS)}")
def test_the_page_can_be_typed_line_by_line(tmp_path: Path) -> None:
    given = tmp_path / "given"
    if typed(tmp_path / "tried", given, ["true"]).returncode:
        pytest.skip("a copy of this machine cannot be mounted here")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(given)], cwd=ROOT, check=True,
        capture_output=True,
    )  # fmt: skip
    script = [
        "cd /srv/given; export PATH=/srv/given/stubs:$PATH",
        "export PIP_NO_DEPS=1 PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1",
        # What only a machine that was booted, or the network, can do is written down instead.
        "mkdir stubs; for name in systemctl apt-get; do",
        "printf '#!/bin/sh\\necho \"$0 $*\" >> /srv/given/stubbed\\n' > stubs/$name; chmod +x stubs/$name; done",
        f"chmod a+x {Path.home()}",  # Python itself may be in there.
        "rm -rf /opt/nianbao /usr/local/bin/nianbao /etc/nginx/sites-enabled/*",
    ]
    for line in lines():
        script.append(line)
        if "-m venv" in line:  # The libraries are those of this test.
            libraries = sysconfig.get_path("purelib")
            script.append(f"echo {libraries} > $(echo /opt/nianbao/lib/python3*/site-packages)/libraries.pth")
        if "nianbao doctor" in line and "demo.db" not in " ".join(script):
            script.append("NIANBAO_HOME=/srv/demo nianbao demo && cp /srv/demo/demo.db /var/lib/nianbao/nianbao.db")
            script.append("cp -r /srv/demo/demo-archive /var/lib/nianbao/archive; chown -R nianbao: /var/lib/nianbao")
    script.append("sqlite3 /var/lib/nianbao-restored/nianbao.db 'select count(*) from reports'")
    script.append("systemd-analyze verify /etc/systemd/system/nianbao-serve.service")
    result = typed(tmp_path / "copy", given, script)
    assert result.returncode == 0, result.stderr[-3000:]
    assert "5\n" in result.stdout
