using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Membership;

/// <summary>Chooses the engines of a job's communicators. Nothing is loaded before a communicator can use it.</summary>
/// <param name="forAll">What the job asks for; a communicator may ask for another.</param>
/// <param name="ipsecMb">Where ipsec-mb is looked for.</param>
internal sealed class EngineChoice(CipherEngine forAll, Func<IpsecMbLibrary> ipsecMb)
{
    /// <param name="wanted">What the communicator asks for.</param>
    /// <param name="suite">Its suite; none where it seals nothing.</param>
    /// <exception cref="MembershipException">What is asked for cannot be used.</exception>
    public AeadEngines For(CipherEngine wanted, SuiteCode suite)
    {
        if (!AeadEngines.HasChoice(suite))
        {
            return AeadEngines.OpenSsl;
        }

        var engine = (EngineCode)(wanted == CipherEngine.Automatic ? forAll : wanted);
        return engine == EngineCode.OpenSsl
            ? AeadEngines.OpenSsl
            : AeadEngines.Choose(engine, ipsecMb()) ?? throw new MembershipException(
                MembershipError.Configuration,
                    "The engine ipsec-mb was asked for (SECURE_COLLECTIVES_AEAD_ENGINE or an option) and cannot be used: "
                        + $"{ipsecMb().Reason}.");
    }
}
