"""The most memory this process held, in bytes."""

import sys


def peak_memory():
    if sys.platform == "win32":
        return peak_on_windows()
    if sys.platform == "linux":
        return peak_on_linux()
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def peak_on_linux():
    """What getrusage tells begins with the peak of the process that started this one."""
    with open("/proc/self/status") as status:
        return 1024 * int(next(line for line in status if line.startswith("VmHWM:")).split()[1])


def peak_on_windows():
    import ctypes

    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS: two counts, then eight sizes."""

        _fields_ = [("counts", ctypes.c_uint32 * 2), ("sizes", ctypes.c_size_t * 8)]

    counters = Counters()
    kernel = ctypes.windll.kernel32
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    process = ctypes.c_void_p(kernel.GetCurrentProcess())
    kernel.K32GetProcessMemoryInfo(process, ctypes.byref(counters), ctypes.sizeof(counters))
    return counters.sizes[0]
