"""Validates FHIR resources, one JSON document a line, by the R4B models of fhir.resources: shapes, cardinalities and, beside what the
models check by themselves, every code that R4 binds to a fixed list. Prints one line for each mistake; ends with 1 where there is one."""
import json
import sys

from fhir.resources.R4B import get_fhir_model_class
from pydantic import BaseModel


def codes(model, path):
    """Codes that are none of their list, wherever they stand."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name, None)
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        allowed = extra.get("enum_values")
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, BaseModel):
                yield from codes(item, f"{path}.{name}")
            # A list that ends with + is not given whole by the models; FHIRResourceTests has those codes from the standard.
            elif allowed and "+" not in allowed and item is not None and item not in allowed:
                yield f"{path}.{name}: '{item}' is none of {', '.join(allowed)}"


mistakes = 0
count = 0
for line in sys.stdin:
    document = json.loads(line)
    name = f"{document['resourceType']}/{document.get('id', '')}"
    count += 1
    try:
        model = get_fhir_model_class(document["resourceType"]).model_validate(document)
        found = list(codes(model, name))
    except Exception as error:  # whatever the models say
        found = [f"{name}: {error}"]
    for mistake in found:
        mistakes += 1
        print(mistake.replace("\n", " "))
print(f"{count} resources")
sys.exit(1 if mistakes else 0)
