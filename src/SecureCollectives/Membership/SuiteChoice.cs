using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Membership;

/// <summary>
/// Which suite seals the frames of communicators: a function of the roster, so that all ranks choose the same without another word. Nobody
/// on the way can talk a job down, since the session id covers the roster and every key depends on it; a member that announces less than it
/// can forces a slower suite, which is logged with its rank.
/// </summary>
/// <param name="members">The roster's.</param>
/// <param name="local">This worker's, for why it cannot use a suite.</param>
internal sealed class SuiteChoice(IReadOnlyList<RosterMember> members, LocalSuites local)
{
    /// <summary>
    /// The order of preference of proto/README.md, "Suites", a part of the protocol: by speed on processors with AES instructions. Each of
    /// them is good enough by itself.
    /// </summary>
    public static IReadOnlyList<SuiteCode> Order { get; } = [
        SuiteCode.Aegis128L, SuiteCode.Aegis256, SuiteCode.Aes256Gcm, SuiteCode.ChaCha20Poly1305];

    /// <summary>The first in the order that all members announced; none where they have none in common.</summary>
    public SuiteCode Automatic { get; } = Order.FirstOrDefault(suite => members.All(member => member.Suites.Has(suite)));

    /// <summary>
    /// What stands before it in the order, each with the ranks that did not announce it; nothing where there is none in common.
    /// </summary>
    public IEnumerable<(SuiteCode Suite, int[] Ranks)> PassedOver =>
        Automatic == SuiteCode.None ? [] : Order.TakeWhile(suite => suite != Automatic).Select(suite => (suite, RanksWithout(suite)));

    /// <summary>The suite of a communicator.</summary>
    /// <param name="wanted">What its options say.</param>
    /// <exception cref="MembershipException">Some member cannot use what is wanted, or all have none in common.</exception>
    public SuiteCode For(CipherSuite wanted)
    {
        if (wanted == CipherSuite.Automatic)
        {
            return Automatic != SuiteCode.None
                ? Automatic
                : throw Refuse(
                    $"The workers of this job have no cipher in common: each of {string.Join(", ", Order)} is missing at some rank.");
        }

        var suite = (SuiteCode)wanted;
        if (RanksWithout(suite) is not { Length: > 0 } lacking)
        {
            return suite;
        }

        var why = local.Reason(suite) is { } reason ? $" Here: {reason}." : $" The log of {Ranks.Name([lacking[0]])} says why.";
        var common = Order.Where(other => RanksWithout(other).Length == 0).ToArray();
        throw Refuse(
            $"{Ranks.Name(lacking)} cannot use the suite {suite}.{why} Leave the suite {CipherSuite.Automatic}, "
                + "or choose one that all ranks can use: "
            + $"{(common.Length > 0 ? string.Join(", ", common) : "there is none")}.");
    }

    private static MembershipException Refuse(string message) => new(MembershipError.Configuration, message);

    private int[] RanksWithout(SuiteCode suite) => [.. members.Where(member => !member.Suites.Has(suite)).Select(member => member.Id.Rank)];
}
