"""Judges what sslyze found about a server that is to speak TLS 1.3 with the hub's own authority and nothing else. Prints one line; ends with 1
where something is offered or open that must not be.

    tls.py REPORT.json
"""

import json
import sys

with open(sys.argv[1]) as file:
    report = json.load(file)
found = report["server_scan_results"][0]
wrong, seen = [], []
if found["connectivity_status"] != "COMPLETED":
    sys.exit(f"sslyze {report['sslyze_version']} could not connect: {found['connectivity_error_trace']}")
scan = found["scan_result"]


def result(name):
    part = scan[name]
    if part["status"] != "COMPLETED":
        wrong.append(f"{name} {part['status'].lower()} ({part.get('error_reason')})")
        return None
    return part["result"]


for version in ("ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1", "tls_1_2", "tls_1_3"):
    suites = result(f"{version}_cipher_suites")
    accepted = [suite["cipher_suite"]["name"] for suite in suites["accepted_cipher_suites"]] if suites else []
    if accepted:
        seen.append(f"{version.replace('_', ' ', 1).replace('_', '.')}: {' '.join(accepted)}")
    if bool(accepted) != (version == "tls_1_3"):
        wrong.append(f"{version} {'accepted' if accepted else 'not accepted'}")
for name, member in [
    ("heartbleed", "is_vulnerable_to_heartbleed"),
    ("openssl_ccs_injection", "is_vulnerable_to_ccs_injection"),
    ("tls_compression", "supports_compression"),
    ("session_renegotiation", "is_vulnerable_to_client_renegotiation_dos"),
    ("tls_1_3_early_data", "supports_early_data"),
]:
    part = result(name)
    if part and part[member]:
        wrong.append(f"{name}: {member}")
robot = result("robot")
if robot and robot["robot_result"].startswith("VULNERABLE"):
    wrong.append(f"robot: {robot['robot_result']}")
curves = result("elliptic_curves")
if curves:
    seen.append("curves " + " ".join(curve["name"] for curve in curves["supported_curves"]))
print(f"sslyze {report['sslyze_version']}: {'; '.join(seen)}; wrong: {', '.join(wrong) or 'nothing'}")
sys.exit(1 if wrong else 0)
