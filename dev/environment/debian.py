"""Packages of Debian: installed into the system, or fetched without touching it."""

import os
import shutil
import subprocess
from pathlib import Path

from . import cache, console, programs

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ELSEWHERE = "set STOCK_RECALL_ODOO to the folder of an Odoo 19 that you have"


def install(package):
    """Install a package of the machine's own distribution (needs root and apt)."""
    log = cache.log("apt")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A service that the package starts must not keep this run's lock.
    how = {"env": environ, "pass_fds": ()}
    apt = ["apt-get", "-y", "--no-install-recommends"]
    words = f"{package} was not installed", "check the network, or install it by hand"
    with cache.locked(), console.step(f"Debian package {package}"):
        programs.run([*apt, "update"], log, *words, **how)
        programs.run([*apt, "install", package], log, *words, **how)


def fetch(packages, into):
    """Download packages of Debian's unstable suite and unpack them into a folder.

    A private apt folder does it, so the machine's own lists and packages stay as
    they are; the mirror is the one that the machine's apt uses already.

    :return: the versions that were fetched, by package
    """
    apt = _private_apt(into / "apt")
    log = cache.log("apt")
    words = "Odoo was not downloaded", f"check the network, or {ELSEWHERE}"
    programs.run([*apt, "update"], log, *words)
    programs.run([*apt, "download", *packages], log, *words, cwd=into / "apt")
    versions = {}
    for file in sorted((into / "apt").glob("*.deb")):
        programs.run(["dpkg-deb", "-x", file, into], log, *words)
        name, version, _rest = file.name.split("_", 2)
        versions[name] = version
    shutil.rmtree(into / "apt")
    return versions


def _private_apt(folder):
    """The apt command line that knows the unstable suite and nothing else."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise console.Failure(f"this machine has no apt to get Odoo with: {ELSEWHERE}")
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "cache" / "archives" / "partial").mkdir(parents=True)
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    sources = folder / "sources.list"
    sources.write_text(f"deb {signed}{_mirror()} sid main\n")
    options = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "root",
        "APT::Update::Error-Mode": "any",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    return ["apt-get", *(f"-o{name}={value}" for name, value in options.items())]


def _mirror():
    """The Debian mirror that the machine uses, or the one it is told to use."""
    named = os.environ.get("STOCK_RECALL_DEBIAN_MIRROR")
    if named:
        return named
    release = Path("/etc/os-release")
    if not release.exists() or "\nID=debian\n" not in f"\n{release.read_text()}\n":
        raise console.Failure(
            f"Odoo comes from Debian, and this machine runs something else: {ELSEWHERE}"
            ", or STOCK_RECALL_DEBIAN_MIRROR to the address of a Debian mirror"
        )
    query = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    lines = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    mirrors = [uri for uri in lines.split() if "security" not in uri]
    if not mirrors:
        raise console.Failure(
            "apt has no Debian mirror to get Odoo from: "
            f"add one to its sources, or {ELSEWHERE}"
        )
    return mirrors[0]
