using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Membership;

/// <summary>Chooses the AEAD engines for a job's communicators. Loads a library only if a communicator can use it.</summary>
/// <param name="forAll">The engine for communicators whose options do not choose one.</param>
/// <param name="ipsecMb">Finds ipsec-mb.</param>
internal sealed class EngineChoice(CipherEngine forAll, Func<IpsecMbLibrary> ipsecMb)
{
    /// <summary>Returns the engines of a communicator.</summary>
    /// <param name="wanted">The engine in the communicator's options.</param>
    /// <param name="suite">The communicator's suite; none if it does not seal frames.</param>
    /// <exception cref="MembershipException">The engine cannot be used here.</exception>
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
                    "The engine ipsec-mb was requested (SECURE_COLLECTIVES_AEAD_ENGINE or an option) and cannot be used: "
                        + $"{ipsecMb().Reason}.");
    }
}
