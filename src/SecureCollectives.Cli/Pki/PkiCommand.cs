using System.CommandLine;

namespace SecureCollectives.Cli.Pki;

/// <summary>The verb <c>pki</c>: certificates for trying things out and for clusters without an authority of their own.</summary>
internal static class PkiCommand
{
    private const string Description = """
        Makes and checks the certificates that say which worker is which rank.

        Every worker needs three files: its certificate, its private key, and the authority's certificate. An authority of your own (SPIRE,
        cert-manager, step-ca) will do as well; 'pki inspect' says whether its certificates fit.

          secure-collectives pki init --trust-domain example.org
          secure-collectives pki issue --job demo --rank 0-3
          secure-collectives pki inspect pki/demo/rank-0.pem
        """;

    public static Command Create() => Create(TimeProvider.System);

    public static Command Create(TimeProvider time) => new("pki", Description)
    {
        InitCommand.Create(time),
        IssueCommand.Create(time),
        ThrowawayCommand.Create(time),
        InspectCommand.Create(time),
    };
}
