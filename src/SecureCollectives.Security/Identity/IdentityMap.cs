using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// Which identity each rank of a job has, one to one. All ranks have the same map. Immutable.
/// </summary>
internal abstract class IdentityMap
{
    /// <summary><c>spiffe://&lt;trust-domain&gt;/job/&lt;job&gt;/rank/&lt;n&gt;</c>, of whatever trust domain this worker's certificate
    /// is.</summary>
    public static IdentityMap Default { get; } = new DefaultIdentities();

    /// <summary>Whether an identity tells the job. Where it does not, the job is what this worker was configured with.</summary>
    public abstract bool NamesJob { get; }

    /// <summary>What an identity is, as the end of a sentence: "of the form ...".</summary>
    public abstract string Form { get; }

    /// <summary>SHA-256 of the map, the same for the same identities; null for the default form.</summary>
    public abstract string? Fingerprint { get; }

    /// <summary>The trust domain of all identities; null where the map is of any.</summary>
    public virtual string? TrustDomain => null;

    /// <summary>Reads an identity. Exactly those are read that <see cref="Create"/> makes.</summary>
    /// <param name="uri">Not trusted.</param>
    /// <param name="worker">Who has it.</param>
    public abstract bool TryRead([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out WorkerId? worker);

    /// <summary>The worker of a rank.</summary>
    /// <exception cref="ArgumentException">A part is not valid, or the map has no such worker.</exception>
    public abstract WorkerId Create(string trustDomain, string job, int rank);

    /// <summary>Of a map that is written as lines.</summary>
    protected static string FingerprintOf(IEnumerable<string> lines) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))));
}
