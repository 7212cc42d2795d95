using SecureCollectives.Framing;

namespace SecureCollectives.Testing;

/// <summary>Creates call descriptors for hand-made schedules.</summary>
internal static class Calls
{
    public static OperationDescriptor AllReduce(
        ElementCode element, OperatorCode reduction, long count, AlgorithmCode algorithm = AlgorithmCode.Ring) =>
        new(CollectiveCode.AllReduce, element, reduction, algorithm, 0, (ulong)count);

    public static OperationDescriptor AllGather(ElementCode element, long count, AlgorithmCode algorithm = AlgorithmCode.Ring) =>
        new(CollectiveCode.AllGather, element, OperatorCode.None, algorithm, 0, (ulong)count);
}
