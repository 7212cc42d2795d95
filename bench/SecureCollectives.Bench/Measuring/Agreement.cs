using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// The agreement between ranks before they measure: that all have the same options, whether all allow plaintext, and rank 0's seed.
/// </summary>
internal sealed record Agreement(bool PlaintextAllowed, int Seed)
{
    /// <exception cref="CommandFailureException">The ranks were started with different options.</exception>
    public static Agreement Reach(ControlGroup control, BenchParameters parameters, bool plaintextAllowed)
    {
        var text = string.Join(' ', (parameters with { Seed = null }).ToArguments());
        var hash = MemoryMarshal.Read<long>(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var seed = parameters.Seed ?? Random.Shared.Next();
        var all = control.Gather([hash, plaintextAllowed ? 1L : 0L, seed]);
        if (Array.FindIndex(all, rank => rank[0] != all[0][0]) is var other and > 0)
        {
            throw new CommandFailureException(ExitCode.Usage,
                $"rank {other} was started with different options than rank 0. "
                    + $"This rank, {control.Rank}, has: {text}. Start all ranks with the same options.");
        }

        return new Agreement(all.All(rank => rank[1] == 1), (int)all[0][2]);
    }
}
