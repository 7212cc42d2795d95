using System.Diagnostics;
using System.Runtime;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// Tells whoever warms up when this process's runtime compiles no more: until then code runs that is not yet optimized, or is being
/// measured for it.
/// </summary>
internal sealed class CompilerSilence
{
    /// <summary>The runtime compiles hot code again after 100 ms without new code, so a shorter silence proves nothing.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _silentSince = Stopwatch.GetTimestamp();
    private long _compiled = JitInfo.GetCompiledMethodCount();

    /// <summary>Whether to go on with what is to be compiled; to be asked again and again.</summary>
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
