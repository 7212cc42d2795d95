using System.CommandLine;

namespace SecureCollectives.Cli.Pki;

/// <summary>The verb <c>pki</c>: certificates for experiments and for clusters without a certificate authority.</summary>
internal static class PkiCommand
{
    private const string Description = """
        Issues and checks the certificates that bind workers to their ranks.

        Every worker needs three files: its certificate, its private key, and the authority's certificate. You can use your own authority
        instead (SPIRE, cert-manager, step-ca); 'pki inspect' checks whether workers accept its certificates.

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
