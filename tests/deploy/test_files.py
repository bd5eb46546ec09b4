"""Dockerfile, Compose and Kubernetes say the same, and the README's settings are the code's."""

from __future__ import annotations

import re

import pytest
import yaml

from playground.limits import Limits, markdown, read
from tests.sources import ROOT
from tests.sources import read as text_of

COMPOSE = yaml.safe_load(text_of("deploy/compose.yaml"))
KUBERNETES = list(yaml.safe_load_all(text_of("deploy/kubernetes.yaml")))
DOCKERFILE = text_of("deploy/Dockerfile")
HEALTH = "/_stcore/health"


def objects(kind: str) -> dict[str, dict]:
    """The Kubernetes objects of a kind by name."""
    return {each["metadata"]["name"]: each for each in KUBERNETES if each["kind"] == kind}


def container(kind: str, name: str) -> dict:
    [found] = objects(kind)[name]["spec"]["template"]["spec"]["containers"]
    return found


def variables(listed: list[dict]) -> dict[str, str]:
    return {each["name"]: each.get("value", "") for each in listed}


def test_the_table_of_settings_in_the_readme_is_that_of_the_code():
    assert markdown() in text_of("deploy/README.md")


def test_every_replica_of_compose_is_known_to_the_proxy_and_alike():
    services = COMPOSE["services"]
    replicas = {name: each for name, each in services.items() if name != "proxy"}
    known = services["proxy"]["environment"]["REPLICAS"].split()
    addresses = [each["networks"]["inside"]["ipv4_address"] for each in replicas.values()]
    assert known == [f"{address}:8501" for address in addresses]
    assert set(services["proxy"]["depends_on"]) == set(replicas)
    first, *others = [
        {key: value for key, value in each.items() if key != "networks"}
        for each in replicas.values()
    ]
    assert len(others) >= 2
    assert all(other == first for other in others)


def test_every_replica_of_kubernetes_has_a_service_that_the_proxy_knows():
    app = objects("StatefulSet")["app"]["spec"]
    names = [f"app-{number}" for number in range(app["replicas"])]
    known = variables(container("Deployment", "proxy")["env"])["REPLICAS"].split()
    assert known == [f"{name}.cnn-playground:8501" for name in names]
    for name in names:
        spec = objects("Service")[name]["spec"]
        assert spec["selector"] == {"statefulset.kubernetes.io/pod-name": name}
        assert (
            spec["ports"][0]["port"] == container("StatefulSet", "app")["ports"][0]["containerPort"]
        )
    assert all(
        each["metadata"].get("namespace") == "cnn-playground"
        for each in KUBERNETES
        if each["kind"] != "Namespace"
    )


@pytest.mark.parametrize(
    "given",
    [
        {
            name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", str(value))
            for name, value in COMPOSE["x-replica"]["environment"].items()
        },
        variables(container("StatefulSet", "app")["env"]),
    ],
    ids=["compose", "kubernetes"],
)
def test_the_settings_that_are_given_are_settings_and_the_proxy_agrees(given):
    settings = {name: value for name, value in given.items() if name.startswith("CNN_")}
    assert settings
    assert read(settings) == Limits()
    assert "STREAMLIT_SERVER_COOKIE_SECRET" in given
    proxies = (
        COMPOSE["services"]["proxy"]["environment"]["UPLOAD_MB"],
        variables(container("Deployment", "proxy")["env"])["UPLOAD_MB"],
    )
    assert [re.sub(r"\$\{\w+:-(.*)\}", r"\1", each) for each in proxies] == ["300", "300"]
    assert max(Limits().upload_mb, Limits().model_mb) == 300


def test_kubernetes_puts_no_variables_of_its_own_beside_the_settings():
    for kind, name in (("StatefulSet", "app"), ("Deployment", "proxy")):
        assert objects(kind)[name]["spec"]["template"]["spec"]["enableServiceLinks"] is False


def test_nothing_runs_as_root_or_writes_to_its_image():
    assert re.search(r"^USER (?!0|root)\S+", DOCKERFILE, re.MULTILINE)
    for each in COMPOSE["services"].values():
        assert each["read_only"] is True and each["cap_drop"] == ["ALL"] and each["mem_limit"]
    assert COMPOSE["services"]["proxy"]["user"] != "0"
    for kind, name in (("StatefulSet", "app"), ("Deployment", "proxy")):
        own = container(kind, name)
        assert own["securityContext"]["readOnlyRootFilesystem"] is True
        assert own["securityContext"]["allowPrivilegeEscalation"] is False
        assert own["resources"]["limits"]["memory"]
        assert objects(kind)[name]["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"]


def test_everybody_asks_for_the_health_where_the_app_answers():
    assert HEALTH in DOCKERFILE
    own = container("StatefulSet", "app")
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert own[probe]["httpGet"] == {"path": HEALTH, "port": "http"}
    assert "location = /proxy-health" in text_of("deploy/nginx.conf")


def test_the_image_gets_everything_that_the_app_needs_and_nothing_else():
    taken = {line[1:] for line in text_of(".dockerignore").splitlines() if line.startswith("!")}
    assert {"app.py", "main.py", "requirements.txt", "playground", "assets", ".streamlit"} <= taken
    assert all((ROOT / name).exists() for name in taken)
    assert not taken & {"tests", "tools", "benchmarks", ".git", "deploy"}
