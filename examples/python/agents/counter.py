"""Counts words: an agent that is a program. It reads one line of JSON, and writes a line for everything it says."""

import json
import sys
from collections import Counter


def say(message):
    print(json.dumps(message), flush=True)


def main():
    request = json.loads(sys.stdin.readline())
    text = request["input"]
    if not isinstance(text, str):
        # It would be the same the next time: nobody need try again.
        error = {"code": "no_text", "message": "there is no text to count", "retry": "never"}
        return say({"type": "failed", "error": error})
    say({"type": "progress", "fraction": 0.5, "note": "counting"})
    words = Counter(word.strip(".,;:!?").lower() for word in text.split())
    say({"type": "completed", "output": {"words": sum(words.values()), "most": words.most_common(1)[0][0]}})


main()
