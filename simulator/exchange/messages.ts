/** A refusal or a notice as the gateway words it. */
export interface Notice {
  readonly code: number;
  readonly text: string;
}

const notice = (code: number, text: string): Notice => ({ code, text });

export const notices = {
  duplicateId: notice(103, 'Duplicate order id'),
  modifyFilled: notice(104, 'Cannot modify a filled order.'),
  modifyMismatch: notice(105, 'Order being modified does not match original order.'),
  priceVariation: notice(110, 'The price does not conform to the minimum price variation for this contract.'),
  tifIncompatible: notice(111, 'The TIF (Tif type) and the order type are incompatible.'),
  auctionTif: notice(113, 'The TIF option should be set to DAY for MOC and LOC orders.'),
  icebergOrDiscretionary: notice(157, 'Order can be EITHER Iceberg or Discretionary.'),
  percentageConstraint: notice(
    163,
    'The price specified would violate the percentage constraint specified in the default order settings.',
  ),
  unsupportedType: notice(387, 'Unsupported order type for this exchange and security type.'),
  sizeTooSmall: notice(388, 'Order size is smaller than the minimum requirement.'),
  locate: notice(
    404,
    'Shares for this order are not immediately available for short sale. The order will be held while we attempt to locate the shares.',
  ),
  sizeZero: notice(434, 'The order size cannot be zero.'),
  noAccount: notice(435, 'You must specify an account.'),
  unknownAlgorithm: notice(439, 'Order processing failed. Algorithm definition not found.'),
  algorithmNotAllowed: notice(442, 'Specified algorithm is not allowed for this order.'),
  unknownAlgoAttribute: notice(443, 'Order processing failed. Unknown algo attribute.'),
  outsideRthIgnored: notice(
    2109,
    "Order Event Warning:Attribute 'Outside Regular Trading Hours' is ignored based on the order type and destination. PlaceOrder is now being processed.",
  ),
  noTradingPermission: notice(460, 'No trading permissions.'),
  missingParent: notice(10006, 'Missing parent order.'),
  cashQuantityUnusable: notice(10244, 'Cash Quantity cannot be used for this order'),
  noFractions: notice(10245, 'This financial instrument does not support fractional shares trading'),
  fractionsSmartOnly: notice(10247, 'Only IB SmartRouting is supported for fractional shares'),
  sizeVariation: notice(10250, 'The size does not conform to the minimum variation for this contract'),
  ocaRevision: notice(10326, 'OCA group revision is not allowed.'),
} as const;

export const rejected = (reason: string): Notice => notice(201, `Order rejected - reason:${reason}`);
export const cancelled = (reason = ''): Notice => notice(202, `Order Canceled - reason:${reason}`);
export const invalid = (cause: string): Notice => notice(321, `Error validating request.-'bN' : cause - ${cause}`);
export const orderMessage = (description: string, warning: string): Notice =>
  notice(399, `Order Message:\n${description}\nWarning: ${warning}`);
export const invalidAlgo = (cause: string): Notice => notice(441, `Algo attributes validation failed: ${cause}`);
export const invalidTif = (tif: string): Notice => notice(10052, `Invalid time in force:${tif}`);
export const cancelUnknown = (orderId: number): Notice =>
  notice(10147, `OrderId ${orderId} that needs to be cancelled is not found.`);
export const cancelImpossible = (orderId: number, state: string): Notice =>
  notice(10148, `OrderId ${orderId} that needs to be cancelled can not be cancelled, state: ${state}.`);

/** The broker's words for an order the account cannot carry, amounts in base currency. */
export const insufficientMargin = (equityWithLoan: string, initialMargin: string): Notice =>
  rejected(
    `YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH LOAN VALUE [${equityWithLoan}] MUST EXCEED THE INITIAL MARGIN [${initialMargin}]`,
  );
