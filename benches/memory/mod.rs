//! The peak memory of a piece of work, where the kernel tells it.

use std::fs;

/// Lets the kernel count the peak anew, where there is such a kernel.
pub(crate) fn forget_peak_memory() {
    // Without it the peak is that of what was made before, which is higher and so never flatters.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The peak since, as the kernel writes it.
pub(crate) fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| String::from("unknown"), |rest| rest.trim().to_owned())
}
