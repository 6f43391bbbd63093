"""A filter of the kernel on a socket of this process: nothing reaches it until it is taken away."""

import socket

from sipflow.worker.ua.socket_filter import LOSE_ALL, attach, detach, own_socket

HOST = "127.0.0.1"


def bound() -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind((HOST, 0))
    return one


def test_what_comes_in_is_lost_until_the_filter_is_taken_away() -> None:
    with bound() as receiver, bound() as sender:
        attach(receiver, LOSE_ALL)
        sender.sendto(b"lost", receiver.getsockname())
        detach(receiver)
        sender.sendto(b"received", receiver.getsockname())
        assert receiver.recv(100) == b"received"


def test_a_filter_that_is_not_there_may_be_taken_away() -> None:
    with bound() as receiver:
        detach(receiver)


def test_a_socket_of_this_process_is_found_by_what_it_is() -> None:
    with bound() as receiver:
        address = receiver.getsockname()
        found = own_socket(lambda one: bool(one.getsockname() == address))
        assert found is not None
        with found:
            assert found.fileno() != receiver.fileno()
            assert found.getsockname() == address


def test_without_such_a_socket_none_is_found() -> None:
    assert own_socket(lambda one: False) is None
