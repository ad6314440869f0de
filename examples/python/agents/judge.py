"""Judges texts by their length: an agent behind a URL. `python3 judge.py 8123` serves it on the loopback."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Judge(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers["content-length"])
        request = json.loads(self.rfile.read(length))
        counts = request["input"]
        longest = max(range(len(counts)), key=lambda n: counts[n]["words"])
        body = json.dumps({"output": {"longest": longest, "words": counts[longest]["words"]}}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Judge)
print(f"listening on {server.server_port}", flush=True)
server.serve_forever()
