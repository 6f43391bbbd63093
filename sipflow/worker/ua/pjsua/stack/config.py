"""The settings of the stack: endpoint, transport, account."""

import socket

import pjsua2 as pj

from sipflow import __version__
from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.account import registrar_uri
from sipflow.sip.uri import sip_uri
from sipflow.worker.ua.commands import AddBinding
from sipflow.worker.ua.limits import MAX_LEGS

LOG_LEVEL = 2
CLOCK_RATE = 8000
_PRACK = {
    "off": pj.PJSUA_100REL_NOT_USED,
    "supported": pj.PJSUA_100REL_OPTIONAL,
    "required": pj.PJSUA_100REL_MANDATORY,
}
_TIMER = {
    "off": pj.PJSUA_SIP_TIMER_INACTIVE,
    "supported": pj.PJSUA_SIP_TIMER_OPTIONAL,
    "required": pj.PJSUA_SIP_TIMER_REQUIRED,
    "always": pj.PJSUA_SIP_TIMER_ALWAYS,
}


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
    # The rate of the codecs, so that nothing is resampled between a file of 8 kHz and the wire.
    config.medConfig.clockRate = CLOCK_RATE
    # A call that flows sends a packet every 20 ms, also of silence.
    config.medConfig.noVad = True
    return config


def transport_config(plan: InstancePlan) -> pj.TransportConfig:
    """Return the settings of the UDP transport."""
    config = pj.TransportConfig()
    config.boundAddress = plan.host
    config.port = plan.port
    return config


def tcp_config(plan: InstancePlan) -> pj.TransportConfig:
    """Return the settings of the TCP transport: without a delay before sending."""
    config = transport_config(plan)
    option = pj.SockOpt()
    option.level, option.optName = socket.IPPROTO_TCP, socket.TCP_NODELAY
    option.setOptValInt(1)
    options = pj.SockOptVector()
    options.append(option)
    config.sockOptParams.sockOpts = options
    return config


def account_config(plan: InstancePlan) -> pj.AccountConfig:
    """Return the settings of the instance's account, with its media ports."""
    config = pj.AccountConfig()
    config.idUri = _address_of_record(plan)
    config.natConfig.sipOutboundUse = 0
    config.natConfig.contactUseSrcPort = 0  # a Contact names our listening port, also over TCP
    config.natConfig.contactRewriteUse = 0
    config.natConfig.viaRewriteUse = 0
    signalling = plan.signalling
    config.callConfig.prackUse = _PRACK[signalling.prack]
    config.callConfig.timerUse = _TIMER[signalling.session_timer]
    config.callConfig.timerSessExpiresSec = round(signalling.session_expires)
    config.callConfig.timerMinSESec = round(signalling.min_se)
    _add_credentials(config, plan)
    media = config.mediaConfig.transportConfig
    media.boundAddress = plan.host
    media.port = plan.media_ports.first
    media.portRange = plan.media_ports.count
    return config


def is_another(former: InstancePlan, plan: InstancePlan) -> bool:
    """Return whether a plan needs another account than the one before."""
    return (former.number, former.signalling, former.account) != (
        plan.number,
        plan.signalling,
        plan.account,
    )


def registering_config(plan: InstancePlan, binding: AddBinding) -> pj.AccountConfig:
    """Return the account settings for a registrar; nothing is sent before it is ordered.

    The stack aborts at an interval of 0.
    """
    config = account_config(plan)
    config.idUri = _at(plan.number, binding.registrar)
    registration = config.regConfig
    registration.registrarUri = binding.registrar
    registration.timeoutSec = max(1, binding.expires)
    registration.registerOnAdd = False
    registration.disableRegOnModify = True
    registration.retryIntervalSec = 0  # a refusal is reported, not tried again
    return config


def _address_of_record(plan: InstancePlan) -> str:
    account = plan.account
    if account is None or account.registrar is None:
        return sip_uri(plan.number, plan.host, plan.port)
    return _at(plan.number, registrar_uri(account.registrar, plan.signalling.transport))


def _at(number: str, registrar: str) -> str:
    host = registrar.removeprefix("sip:").partition(";")[0]
    return f"sip:{number}@{host}"


def _add_credentials(config: pj.AccountConfig, plan: InstancePlan) -> None:
    account = plan.account
    if account is None or account.password is None:
        return
    username = account.username or plan.number
    credentials = pj.AuthCredInfo("digest", account.realm, username, 0, account.password)
    config.sipConfig.authCreds.append(credentials)
