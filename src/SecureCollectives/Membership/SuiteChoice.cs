using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Membership;

/// <summary>
/// Chooses the suite that seals a communicator's frames. The choice is a function of the roster, so all ranks choose the same suite without
/// further messages. An attacker on the network cannot downgrade it, because the session id covers the roster and every key depends on the
/// session id. A member that announces too few suites forces a slower one, which is logged with its rank.
/// </summary>
/// <param name="members">The members of the roster.</param>
/// <param name="local">This worker's suites, with the reasons why others cannot be used.</param>
internal sealed class SuiteChoice(IReadOnlyList<RosterMember> members, LocalSuites local)
{
    /// <summary>
    /// The order of preference, part of the protocol (proto/README.md, "Suites"): by speed on processors with AES instructions. Each suite
    /// is secure on its own.
    /// </summary>
    public static IReadOnlyList<SuiteCode> Order { get; } = [
        SuiteCode.Aegis128L, SuiteCode.Aegis256, SuiteCode.Aes256Gcm, SuiteCode.ChaCha20Poly1305];

    /// <summary>The first suite in the order that all members announced; None if they have no suite in common.</summary>
    public SuiteCode Automatic { get; } = Order.FirstOrDefault(suite => members.All(member => member.Suites.Has(suite)));

    /// <summary>
    /// The suites before <see cref="Automatic"/> in the order, each with the ranks that did not announce it; empty if the members have no
    /// suite in common.
    /// </summary>
    public IEnumerable<(SuiteCode Suite, int[] Ranks)> PassedOver =>
        Automatic == SuiteCode.None ? [] : Order.TakeWhile(suite => suite != Automatic).Select(suite => (suite, RanksWithout(suite)));

    /// <summary>Returns the suite for a communicator.</summary>
    /// <param name="wanted">The suite that its options request.</param>
    /// <exception cref="MembershipException">A member cannot use the suite, or the members have none in common.</exception>
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
