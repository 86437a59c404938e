"""A reading workstation that speaks DICOMweb: pydicom reads and writes the data sets, requests carries them.

workitem-peer.py HUB AGENT    goes through the life of one reading at the hub and of another at the agent; prints `good` at the end.
"""

import sys
import time

import requests
from pydicom import Dataset
from pydicom.uid import UID, generate_uid

TYPE = "application/dicom+json"
WHO = {"as": "dr.ito", "role": "radiologist"}
UPS_PUSH = "1.2.840.10008.5.1.4.34.6.1"


class Worklist:
    def __init__(self, url):
        self.url = url + "/dicomweb/workitems"
        self.session = requests.Session()

    def search(self, **keys):
        answer = self.session.get(self.url, params=keys, headers={"Accept": TYPE}, timeout=20)
        assert answer.status_code in (200, 204), answer.text
        if answer.status_code == 204:
            return []
        assert answer.headers["Content-Type"] == TYPE
        return [Dataset.from_json(item) for item in answer.json()]

    def retrieve(self, uid):
        answer = self.session.get(f"{self.url}/{uid}", headers={"Accept": TYPE}, timeout=20)
        assert answer.status_code == 200, answer.text
        (item,) = answer.json()
        return Dataset.from_json(item)

    def change(self, uid, state, transaction, who=WHO):
        asked = Dataset()
        asked.ProcedureStepState = state
        asked.TransactionUID = transaction
        return self.session.put(
            f"{self.url}/{uid}/state", params=who, data=asked.to_json(), headers={"Content-Type": TYPE}, timeout=20
        )


def within(seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("not in time")


def only(worklist, **keys):
    found = within(30, lambda: worklist.search(**keys))
    assert len(found) == 1, found
    return found[0]


def check(item):
    """What PS3.4 CC.2.5-3 asks of every answer, and that no secret is in it."""
    assert item.SOPClassUID == UPS_PUSH and UID(item.SOPInstanceUID).is_valid
    for keyword in ("PatientName", "PatientID", "ScheduledProcedureStepPriority", "WorklistLabel", "ProcedureStepLabel"):
        assert getattr(item, keyword), keyword
    assert item.ScheduledWorkitemCodeSequence[0].CodeValue == "110005"
    assert "TransactionUID" not in item
    # The data set is one that DICOM's own encoding can hold.
    item.is_little_endian, item.is_implicit_VR = True, False
    item.walk(lambda set, element: None)


def life(worklist, accession):
    keys = {"ReferencedRequestSequence.AccessionNumber": accession, "ProcedureStepState": "SCHEDULED"}
    item = only(worklist, **keys)
    check(item)
    uid, secret = item.SOPInstanceUID, generate_uid()
    assert worklist.change(uid, "IN PROGRESS", secret).status_code == 200
    assert worklist.change(uid, "IN PROGRESS", secret).status_code == 200
    second = worklist.change(uid, "IN PROGRESS", generate_uid(), {"as": "dr.two", "role": "radiologist"})
    assert second.status_code == 409 and second.headers["Warning"].startswith("299 "), second.text
    early = worklist.change(uid, "COMPLETED", secret)
    assert early.status_code == 409 and early.json()["dimseStatus"] == "C304", early.text
    held = worklist.retrieve(uid)
    check(held)
    assert held.ProcedureStepState == "IN PROGRESS"
    performed = held.UnifiedProcedureStepPerformedProcedureSequence[0]
    assert str(performed.ActualHumanPerformersSequence[0].HumanPerformerName) == "dr.ito"
    return uid, secret


def main(hub, agent):
    uid, secret = life(hub, "A-1")
    assert hub.change(uid, "CANCELED", secret).status_code == 200
    again = hub.change(uid, "CANCELED", secret)
    assert again.status_code == 200 and "CANCELED" in again.headers["Warning"]
    successor = only(hub, ProcedureStepState="SCHEDULED", **{"0040A370.00080050": "A-1"})
    assert successor.ReplacedProcedureStepSequence[0].ReferencedSOPInstanceUID == uid

    # The agent answers for itself, and says that the hub decides.
    item = only(agent, **{"0040A370.00080050": "A-2"})
    assert "provisional" in item.WorklistLabel
    assert "provisional" not in only(hub, **{"0040A370.00080050": "A-2"}).WorklistLabel
    uid, secret = life(agent, "A-2")
    assert uid == item.SOPInstanceUID
    # What was claimed at the site is held at the hub, under the same UID and the same secret.
    within(30, lambda: hub.retrieve(uid).ProcedureStepState == "IN PROGRESS")
    stranger = hub.change(uid, "CANCELED", generate_uid())
    assert stranger.status_code == 400 and "incorrect" in stranger.headers["Warning"], stranger.text
    assert hub.change(uid, "CANCELED", secret).status_code == 200
    within(30, lambda: agent.retrieve(uid).ProcedureStepState == "CANCELED")
    print("good")


main(Worklist(sys.argv[1]), Worklist(sys.argv[2]))
