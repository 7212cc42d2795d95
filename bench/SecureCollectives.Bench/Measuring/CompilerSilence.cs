using System.Diagnostics;
using System.Runtime;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// Detects when this process's runtime stops compiling. Until then, some code is not optimized yet, or is instrumented for optimization.
/// </summary>
internal sealed class CompilerSilence
{
    /// <summary>The runtime recompiles hot code after 100 ms without new code, so a shorter silence proves nothing.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _silentSince = Stopwatch.GetTimestamp();
    private long _compiled = JitInfo.GetCompiledMethodCount();

    /// <summary>Returns whether to keep running the code that the runtime compiles. Call this repeatedly.</summary>
    public bool IsAwaited()
    {
        var count = JitInfo.GetCompiledMethodCount();
        if (count != _compiled)
        {
            (_compiled, _silentSince) = (count, Stopwatch.GetTimestamp());
        }

        return Stopwatch.GetElapsedTime(_silentSince) < Silence && Stopwatch.GetElapsedTime(_started) < Limit;
    }
}
