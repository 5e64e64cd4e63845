#!/usr/bin/python3
"""A real S3 service for tests: OpenStack Swift with its s3api in one process, with memcached beside it.

usage: swift_s3.py DIR [PORT]

Serves on 127.0.0.1:PORT (0 or none: a free one), writes "listening on port N" when it does, keeps everything in DIR, ends on
SIGTERM and with its parent. The same DIR may be served again, on the same port or another.

It checks signatures, version 4, in headers and in addresses, the hash of a payload, and what an address signs of method, type
and length. Two users: access key "chat:app" with secret "chatsecret" may do everything in its account; "chat:reader" with
"readersecret" is known and may do nothing. Region us-east-1.

Needs (Debian): swift-proxy swift-object swift-container swift-account memcached. DIR must be on a file system with extended
attributes (ext4; no tmpfs). Started as root it goes on as the user swift, which then owns DIR. What differs from others that
speak S3: access keys hold a colon; an anonymous request is 400, not 403; there is no aws-chunked.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys

PR_SET_PDEATHSIG = 1
FILTERS = {
    "catch_errors": "", "gatekeeper": "", "healthcheck": "", "listing_formats": "", "bulk": "", "copy": "",
    "symlink": "", "slo": "", "dlo": "",
    "tempauth": "user_chat_app = chatsecret .admin\nuser_chat_reader = readersecret",
    "s3api": "location = us-east-1\ns3_acl = false\ncors_preflight_allow_origin = *",
}
PIPELINE = "catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy symlink slo dlo proxy-server"


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def become_swift(folder):
    """Root may read everything, and Swift's own checks of who owns what would mean nothing."""
    user = pwd.getpwnam("swift")
    os.chown(folder, user.pw_uid, user.pw_gid)
    os.initgroups("swift", user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


def write(name, text):
    with open(name, "w") as file:
        file.write(text)


def start_memcached():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = shutil.which("memcached", path="/usr/bin:/usr/local/bin") or "memcached"
    subprocess.Popen([program, "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-m", "16", "-t", "1"],
                     preexec_fn=end_with_parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return port


def main():
    root = os.path.abspath(sys.argv[1])
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    parent = os.getppid()
    os.makedirs(f"{root}/srv/d1", exist_ok=True)
    if os.getuid() == 0:
        for folder, _, _ in os.walk(root):
            shutil.chown(folder, "swift", "swift")
        become_swift(root)
    # After the change of user, which takes it back.
    end_with_parent()
    if os.getppid() != parent:
        sys.exit("the parent has ended")
    os.chdir(root)

    import eventlet
    from eventlet import listen, spawn, wsgi
    eventlet.monkey_patch()
    from swift.common import utils
    utils.HASH_PATH_PREFIX, utils.HASH_PATH_SUFFIX = b"", b"tests"
    from swift.common.ring import RingBuilder
    from swift.common.wsgi import SwiftHttpProtocol, loadapp

    base = f"[DEFAULT]\nswift_dir = {root}\ndevices = {root}/srv\nmount_check = false\ndisable_fallocate = true\n"
    sockets = {}
    for name in ("object", "container", "account"):
        sockets[name] = listen(("127.0.0.1", 0), backlog=1024)
        own_port = sockets[name].getsockname()[1]
        write(f"{name}.conf", f"{base}[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n")
        ring = RingBuilder(4, 1, 1)
        ring.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": own_port, "device": "d1", "weight": 1.0,
                      "replication_ip": "127.0.0.1", "replication_port": own_port, "meta": ""})
        ring.rebalance()
        ring.get_ring().save(f"{name}.ring.gz")
    filters = {**FILTERS, "cache": f"memcache_servers = 127.0.0.1:{start_memcached()}"}
    sections = "".join(f"[filter:{name}]\nuse = egg:swift#{'memcache' if name == 'cache' else name}\n{text}\n"
                       for name, text in filters.items())
    write("proxy.conf", f"{base}[pipeline:main]\npipeline = {PIPELINE}\n[app:proxy-server]\nuse = egg:swift#proxy\n"
                        f"account_autocreate = true\n{sections}")
    sockets["proxy"] = listen(("127.0.0.1", port), backlog=1024)

    class Quiet:
        def write(self, *_):
            pass

    servers = [spawn(wsgi.server, sock, loadapp(f"{root}/{name}.conf", global_conf={"log_name": name}), Quiet(),
                     protocol=SwiftHttpProtocol, custom_pool=eventlet.GreenPool(512), capitalize_response_headers=False,
                     debug=False)
               for name, sock in sockets.items()]
    print(f"listening on port {sockets['proxy'].getsockname()[1]}", flush=True)
    for server in servers:
        server.wait()


if __name__ == "__main__":
    main()
