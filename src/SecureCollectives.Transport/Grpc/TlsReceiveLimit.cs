using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;

namespace SecureCollectives.Transport.Grpc;

/// <summary>A <see cref="ReceiveAllowance"/> for the TLS connections of gRPC.</summary>
internal sealed class TlsReceiveLimit : IReceiveLimit
{
    private readonly ReceiveAllowance _allowance = new();

    public int Left => _allowance.Left;

    public string Excess => _allowance.Excess;

    public void Spend(int bytes) => _allowance.Spend(bytes);

    public void CompleteHandshake() => _allowance.CompleteHandshake();

    public void Earn(int bytes) => _allowance.Earn(bytes);
}
