"""Drives S3 clients as people use them, fifteen operations each, and prints a table.

Arguments: the endpoint with a path, the endpoint at its root, and the tools to drive.
The keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
"""

import filecmp
import os
import subprocess
import sys
import tempfile
import urllib.request
import uuid

OPERATIONS = [
    "make bucket", "list buckets", "put", "put empty", "put unicode", "list", "stat", "get", "get empty",
    "get unicode", "put 20 MB", "get 20 MB", "copy", "presigned get", "remove all",
]
UNICODE = "mappe å/Styremøte – “utkast” 5 €.txt"
PATH, ROOT, TOOLS = sys.argv[1], sys.argv[2], sys.argv[3:]
KEY, SECRET = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
WORK = tempfile.mkdtemp()
os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
os.environ["AWS_CONFIG_FILE"] = os.path.join(WORK, "aws")
os.environ.pop("AWS_CA_BUNDLE", None)
# addresses are signed with version 2 without it, which is not served
with open(os.environ["AWS_CONFIG_FILE"], "w") as config:
    config.write("[default]\ns3 =\n  signature_version = s3v4\n")


def local(name):
    return os.path.join(WORK, name)


def run(*command):
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=WORK)
    if ended.returncode != 0:
        raise RuntimeError((ended.stderr or ended.stdout).strip()[-300:])
    return ended.stdout


def same(name, other):
    if not filecmp.cmp(local(name), local(other), shallow=False):
        raise RuntimeError("other bytes came back")


def holds(text, *parts):
    for part in parts:
        if part not in text:
            raise RuntimeError(f"no {part} in {text[-300:]}")


class Aws:
    def __init__(self, bucket):
        self.bucket = bucket

    def s3(self, *arguments):
        return run("aws", "--endpoint-url", PATH, "s3", *arguments)

    def api(self, *arguments):
        return run("aws", "--endpoint-url", PATH, "s3api", *arguments)

    def make(self):
        self.s3("mb", f"s3://{self.bucket}")

    def buckets(self):
        return self.s3("ls")

    def put(self, file, key):
        self.s3("cp", local(file), f"s3://{self.bucket}/{key}")

    def list(self):
        return self.s3("ls", "--recursive", f"s3://{self.bucket}/")

    def stat(self, key):
        return self.api("head-object", "--bucket", self.bucket, "--key", key)

    def get(self, key, file):
        self.s3("cp", f"s3://{self.bucket}/{key}", local(file))

    def copy(self, key, to):
        self.s3("cp", f"s3://{self.bucket}/{key}", f"s3://{self.bucket}/{to}")

    def sign(self, key):
        return self.s3("presign", f"s3://{self.bucket}/{key}").strip()

    def remove(self):
        self.s3("rb", "--force", f"s3://{self.bucket}")


class Boto3(Aws):
    def __init__(self, bucket):
        super().__init__(bucket)
        import boto3

        self.client = boto3.client("s3", endpoint_url=PATH, aws_access_key_id=KEY, aws_secret_access_key=SECRET)

    def make(self):
        self.client.create_bucket(Bucket=self.bucket)

    def buckets(self):
        return str([each["Name"] for each in self.client.list_buckets()["Buckets"]])

    def put(self, file, key):
        self.client.upload_file(local(file), self.bucket, key)

    def list(self):
        return str([each["Key"] for each in self.client.list_objects_v2(Bucket=self.bucket)["Contents"]])

    def stat(self, key):
        return str(self.client.head_object(Bucket=self.bucket, Key=key))

    def get(self, key, file):
        self.client.download_file(self.bucket, key, local(file))

    def copy(self, key, to):
        self.client.copy({"Bucket": self.bucket, "Key": key}, self.bucket, to)

    def sign(self, key):
        return self.client.generate_presigned_url("get_object", Params={"Bucket": self.bucket, "Key": key})

    def remove(self):
        keys = [{"Key": each["Key"]} for each in self.client.list_objects_v2(Bucket=self.bucket)["Contents"]]
        self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": keys})
        self.client.delete_bucket(Bucket=self.bucket)


class Rclone(Aws):
    def rclone(self, *arguments):
        return run(
            "rclone", "--config", "/dev/null", "--s3-provider", "Other", "--s3-endpoint", PATH,
            "--s3-access-key-id", KEY, "--s3-secret-access-key", SECRET, "--s3-upload-cutoff", "8M",
            "--s3-chunk-size", "5M", "--retries", "1", "--low-level-retries", "1", *arguments)

    def make(self):
        self.rclone("mkdir", f":s3:{self.bucket}")

    def buckets(self):
        return self.rclone("lsd", ":s3:")

    def put(self, file, key):
        self.rclone("copyto", local(file), f":s3:{self.bucket}/{key}")

    def list(self):
        return self.rclone("ls", f":s3:{self.bucket}")

    def stat(self, key):
        return self.rclone("lsjson", f":s3:{self.bucket}/{key}").replace('"Size":5', "ContentLength")

    def get(self, key, file):
        self.rclone("copyto", f":s3:{self.bucket}/{key}", local(file))

    def copy(self, key, to):
        self.rclone("copyto", f":s3:{self.bucket}/{key}", f":s3:{self.bucket}/{to}")

    def sign(self, key):
        return self.rclone("link", "--expire", "5m", f":s3:{self.bucket}/{key}").strip()

    def remove(self):
        self.rclone("purge", f":s3:{self.bucket}")


class S3cmd(Aws):
    def s3cmd(self, *arguments):
        host = ROOT.split("//", 1)[1]
        return run(
            "s3cmd", "--config", "/dev/null", "--no-ssl", "--host", host, "--host-bucket", host,
            "--access_key", KEY, "--secret_key", SECRET, "--no-progress", "--multipart-chunk-size-mb", "5", *arguments)

    def make(self):
        self.s3cmd("mb", f"s3://{self.bucket}")

    def buckets(self):
        return self.s3cmd("ls")

    def put(self, file, key):
        self.s3cmd("put", local(file), f"s3://{self.bucket}/{key}")

    def list(self):
        return self.s3cmd("ls", "--recursive", f"s3://{self.bucket}")

    def stat(self, key):
        return self.s3cmd("info", f"s3://{self.bucket}/{key}").replace("File size: 5", "ContentLength")

    def get(self, key, file):
        self.s3cmd("get", "--force", f"s3://{self.bucket}/{key}", local(file))

    def copy(self, key, to):
        self.s3cmd("cp", f"s3://{self.bucket}/{key}", f"s3://{self.bucket}/{to}")

    def sign(self, key):
        import boto3
        from botocore.config import Config

        # s3cmd signs addresses with version 2 of the signature, which is not served
        client = boto3.client(
            "s3", endpoint_url=ROOT, aws_access_key_id=KEY, aws_secret_access_key=SECRET,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
        return client.generate_presigned_url("get_object", Params={"Bucket": self.bucket, "Key": key})

    def remove(self):
        self.s3cmd("del", "--recursive", "--force", f"s3://{self.bucket}")
        self.s3cmd("rb", f"s3://{self.bucket}")


class Mc(Aws):
    def mc(self, *arguments):
        return run("mc", "--config-dir", local("mc"), *arguments)

    def make(self):
        self.mc("alias", "set", "there", ROOT, KEY, SECRET, "--api", "S3v4", "--path", "on")
        self.mc("mb", f"there/{self.bucket}")

    def buckets(self):
        return self.mc("ls", "there")

    def put(self, file, key):
        self.mc("cp", local(file), f"there/{self.bucket}/{key}")

    def list(self):
        return self.mc("ls", "--recursive", f"there/{self.bucket}")

    def stat(self, key):
        return self.mc("stat", "--json", f"there/{self.bucket}/{key}").replace('"size":5', "ContentLength")

    def get(self, key, file):
        self.mc("cp", f"there/{self.bucket}/{key}", local(file))

    def copy(self, key, to):
        self.mc("cp", f"there/{self.bucket}/{key}", f"there/{self.bucket}/{to}")

    def sign(self, key):
        said = self.mc("share", "download", "--json", f"there/{self.bucket}/{key}")
        import json

        return json.loads(said)["share"]

    def remove(self):
        self.mc("rb", "--force", f"there/{self.bucket}")


def prepare():
    with open(local("small"), "w") as file:
        file.write("small")
    open(local("empty"), "w").close()
    with open(local("large"), "wb") as file:
        file.write(os.urandom(20 * 1024 * 1024))


def operations(tool):
    yield lambda: tool.make()
    yield lambda: holds(tool.buckets(), tool.bucket)
    yield lambda: tool.put("small", "small.txt")
    yield lambda: tool.put("empty", "empty.txt")
    yield lambda: tool.put("small", UNICODE)
    yield lambda: holds(tool.list(), "small.txt", "empty.txt", UNICODE)
    yield lambda: holds(tool.stat("small.txt"), "ContentLength")
    yield lambda: (tool.get("small.txt", "back"), same("small", "back"))
    yield lambda: (tool.get("empty.txt", "back-empty"), same("empty", "back-empty"))
    yield lambda: (tool.get(UNICODE, "back-unicode"), same("small", "back-unicode"))
    yield lambda: tool.put("large", "large.bin")
    yield lambda: (tool.get("large.bin", "back-large"), same("large", "back-large"))
    yield lambda: (tool.copy("small.txt", "copy.txt"), tool.get("copy.txt", "back-copy"), same("small", "back-copy"))
    yield lambda: holds(urllib.request.urlopen(tool.sign("small.txt"), timeout=20).read().decode(), "small")
    yield lambda: (tool.remove(), absent(tool))


def absent(tool):
    if tool.bucket in tool.buckets():
        raise RuntimeError("the bucket is still there")


def main():
    prepare()
    failed = 0
    print(f"{'':16}" + "".join(f"{tool:>8}" for tool in TOOLS))
    results = {}
    for name in TOOLS:
        tool = {"aws": Aws, "boto3": Boto3, "rclone": Rclone, "s3cmd": S3cmd, "mc": Mc}[name](f"{name}-{uuid.uuid4()}")
        results[name] = []
        for operation, work in zip(OPERATIONS, operations(tool)):
            try:
                work()
                results[name].append("ok")
            except Exception as error:
                failed += 1
                results[name].append("FAILED")
                print(f"{name}, {operation}: {error}", file=sys.stderr)
    for number, operation in enumerate(OPERATIONS):
        print(f"{operation:16}" + "".join(f"{results[tool][number]:>8}" for tool in TOOLS))
    print(f"{len(TOOLS) * len(OPERATIONS) - failed} of {len(TOOLS) * len(OPERATIONS)} operations")
    sys.exit(1 if failed else 0)


main()
