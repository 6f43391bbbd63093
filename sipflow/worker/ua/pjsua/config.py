"""How the stack is set up: endpoint, transport, account."""

import pjsua2 as pj

from sipflow import __version__
from sipflow.protocol.plan import InstancePlan
from sipflow.protocol.sip import sip_uri
from sipflow.worker.ua.limits import MAX_LEGS

LOG_LEVEL = 2


def endpoint_config() -> pj.EpConfig:
    """Return the settings of an endpoint without threads of its own."""
    config = pj.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.maxCalls = MAX_LEGS
    config.uaConfig.userAgent = f"sipflow/{__version__}"
    config.logConfig.level = LOG_LEVEL
    config.logConfig.consoleLevel = LOG_LEVEL
    config.logConfig.msgLogging = 0
    config.medConfig.hasIoqueue = False
    config.medConfig.threadCnt = 0
    return config


def transport_config(plan: InstancePlan) -> pj.TransportConfig:
    """Return where the endpoint listens."""
    config = pj.TransportConfig()
    config.boundAddress = plan.host
    config.port = plan.port
    return config


def account_config(plan: InstancePlan) -> pj.AccountConfig:
    """Return who the instance is, and its media ports."""
    config = pj.AccountConfig()
    config.idUri = sip_uri(plan.number, plan.host, plan.port)
    config.natConfig.sipOutboundUse = 0
    media = config.mediaConfig.transportConfig
    media.boundAddress = plan.host
    media.port = plan.media_ports.first
    media.portRange = plan.media_ports.count
    return config
