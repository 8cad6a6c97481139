"""A window that was remembered on a large screen opens inside a small one."""

from gui.main_window import MainWindow
from gui.settings import Settings


def test_a_window_remembered_on_a_larger_screen_fits_the_one_that_is_there(qtbot):
    settings = Settings()
    first = MainWindow(None, settings)
    qtbot.addWidget(first)
    first.resize(first.screen().availableSize() * 3)
    settings.geometry = first.saveGeometry()
    first.shut_down()

    window = MainWindow(None, settings)
    qtbot.addWidget(window)

    room = window.screen().availableSize()
    assert window.width() <= room.width()
    assert window.height() <= room.height()
    window.shut_down()
