using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Cli.Pki;
using SecureCollectives.Membership;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Doctor;

/// <summary>
/// Checks the worker's certificate, key and trust roots: whether they are readable, protected from other users, and acceptable under the
/// rules that peers apply.
/// </summary>
internal static class IdentityCheck
{
    private const string Subject = "identity";

    /// <summary>A certificate with less time left is likely to expire during the job.</summary>
    private static readonly TimeSpan ShortLife = TimeSpan.FromMinutes(10);

    public static IReadOnlyList<Finding> Examine(JobOptions options, TimeProvider time)
    {
        try
        {
            using var source = OwnIdentity.Open(options, NullLogger.Instance);
            var left = source.Newest().NotAfter - time.GetUtcNow();
            var text = $"{source.Worker}, valid for another {UtcTime.Left(left)}.";
            return [left < ShortLife
                ? Finding.Warning(Subject, text, "Renew it before the job starts. A running job rereads files that change.")
                : Finding.Good(Subject, text)];
        }
        catch (Exception exception) when (exception is InvalidIdentityException or MembershipException)
        {
            return [Finding.Problem(Subject, exception.Message)];
        }
    }
}
