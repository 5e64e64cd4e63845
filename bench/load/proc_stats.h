#pragma once

#include <sys/types.h>

#include <cstdint>

namespace chillin::bench {

/// CPU time of a whole process, all threads, user and system, in nanoseconds (the scheduler's own account, not ticks).
/// 0 when `pid` is 0 or the process is gone.
uint64_t process_cpu_ns(pid_t pid);

/// Resident bytes of a process. Exact (summed over its pages) where /proc/PID/smaps_rollup can be read; otherwise
/// VmRSS, which newer kernels keep per CPU and may be off by some hundred KiB. 0 when `pid` is 0 or the process is
/// gone.
uint64_t process_rss_bytes(pid_t pid);

/// What the machine's CPUs did since boot, in nanoseconds of one CPU (the kernel counts them in ticks of 10 ms).
struct MachineCpu {
  uint64_t busy_ns = 0;   // user, nice, system, irq, softirq
  uint64_t steal_ns = 0;  // wanted to run, but the hypervisor ran something else
};
MachineCpu machine_cpu();

}  // namespace chillin::bench
